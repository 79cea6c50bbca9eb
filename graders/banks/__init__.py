"""Banks: the fixed list of cases of each check with torch's truth; how they are drawn, kept and found again."""
