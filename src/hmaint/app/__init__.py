"""One file per thing an operator can ask for; the only room where the others meet."""
