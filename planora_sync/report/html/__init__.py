"""The report as one self-contained page."""

from planora_sync.report.html.page import html_page

__all__ = ["html_page"]
