"""HTTP routes, one router a noun. Each route names the right it needs; none is open by default."""
