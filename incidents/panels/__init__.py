"""Panels: who is called together in a case, and the rules they judge by. The standing one always exists."""

from incidents.panels.forms import PanelSettings
from incidents.panels.keeping import change, create, find_panel, panel_name, panels, restore, retire

__all__ = ["PanelSettings", "change", "create", "find_panel", "panel_name", "panels", "restore", "retire"]
