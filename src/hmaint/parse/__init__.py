"""Printed text into rows, one module per format."""
