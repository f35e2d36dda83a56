"""The tests of Tandem; tests/support holds what they run on."""
