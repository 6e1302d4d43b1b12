"""WHERE it is kept: vault, operations database, generations, as-of reads, audit, SQL sandbox."""
