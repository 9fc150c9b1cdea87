"""Leafletry: structured content in, trusted printable leaflets out."""

__version__ = "0.1.0"
