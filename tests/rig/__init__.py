"""What the tests with real clients and real engines share: cases, processes, the wire, transcripts."""
