"""What a person takes along: charts, wording in the reader's language, snapshots."""
