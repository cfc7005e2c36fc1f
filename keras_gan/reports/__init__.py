"""What an evaluation looks like: `table` on the terminal, `html` as one page, `card` as Markdown.

All of them read the plain dict that is also written as JSON.
"""
