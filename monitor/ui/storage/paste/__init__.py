"""What pasting a text would do, shown before it is done."""
