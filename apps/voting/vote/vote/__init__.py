"""The page on which one votes."""
