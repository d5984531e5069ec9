"""What My work remembers."""

from work.models.bulk import BulkChange, BulkDeed

__all__ = ["BulkChange", "BulkDeed"]
