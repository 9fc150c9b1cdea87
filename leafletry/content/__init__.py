"""What people wrote, and what it means: leaflets, facts, clinics, catalogs and sign-offs."""
