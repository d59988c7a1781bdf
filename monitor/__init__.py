"""Session Monitor: live browser sessions on the desktop, and their LocalStorage, edited both ways."""
