"""Publishers to message brokers, one client a file; only programs enter this corner."""
