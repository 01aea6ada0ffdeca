"""Brings snapshots in: jobs as rows, sources that yield pages, the engine that stages and applies them, the worker."""
