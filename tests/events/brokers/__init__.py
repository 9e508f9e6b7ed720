"""Publishers against real brokers, each started by the tests themselves."""
