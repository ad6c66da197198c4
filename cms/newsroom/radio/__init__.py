"""For radio and loudspeaker stations: bulletins by day and length, the day's programme, the week as one file."""
