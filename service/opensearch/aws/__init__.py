"""Who we are to AWS: credentials that stay fresh, signatures, and what a refusal of them means."""
