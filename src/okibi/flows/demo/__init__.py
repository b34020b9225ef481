"""The demo: an invented vendor's week, made by the product's own flows."""

from okibi.flows.demo.load import load

__all__ = ["load"]
