"""What the company does with personal data: the record of processing activities (GDPR Art. 30, the register of 003)."""
