"""Leafletry: structured content in, trusted printable leaflets out."""
