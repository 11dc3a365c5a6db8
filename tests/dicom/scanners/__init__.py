"""Series as consoles write them, one module per vendor; pydicom alone, nothing of ironquant."""
