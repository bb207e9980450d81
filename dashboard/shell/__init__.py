"""What surrounds every screen: navigation, French shell page, frame, meeting mode, accessibility."""
