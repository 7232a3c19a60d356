"""Speed as ratios: what the program does, against the least that could do the same, in the same run.

`python -m bench` fills a database of its own, measures, prints one table and writes bench/latest.json;
`python -m bench --check` fails where a ratio broke its budget by more than its noise.
"""
