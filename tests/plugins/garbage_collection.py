"""Collects garbage less often while tests run, which takes a sixth of their time otherwise.

What is imported and collected before the first test stays until the end, so it is left out of every collection.
"""

import gc


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
