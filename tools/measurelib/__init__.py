"""The parts of tools/measure: guests under the plugin, symbols, and the three measurements."""
