"""Translations that could harm, made of the shipped ones, and good ones that stay allowed."""
