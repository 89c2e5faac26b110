"""The controls that all parts use: lists, number fields, dialogs, banners, buttons, links."""
