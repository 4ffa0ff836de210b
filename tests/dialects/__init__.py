"""Catalogues for engines that cannot run here, held against documented views and run over fixtures of them."""
