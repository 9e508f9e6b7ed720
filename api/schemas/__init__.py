"""What goes over HTTP: one module a noun. Times are RFC 3339, boxes (x1, y1, x2, y2) in 0..1."""
