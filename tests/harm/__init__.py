"""Translations that could harm, made from the shipped ones, and good ones that must stay allowed."""
