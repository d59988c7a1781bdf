"""Keys by what they begin with: a list of groups beside the items, drawn as a tree."""
