"""Who used what: downloads with their purpose and outlet, and citations that editors record."""
