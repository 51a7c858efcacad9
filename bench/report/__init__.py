"""From what was measured to what people read: medians, a table, a chart. Pure."""
