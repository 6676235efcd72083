"""What a token can see: its boards with their lists, labels, members and fields, asked and remembered."""
