"""The main window: menus, toolbar, docks, the centre, the status bar. It only arranges."""
