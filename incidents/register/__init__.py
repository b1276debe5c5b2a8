"""The register of GDPR Art. 33(5): every breach with its facts, effects and remedial action, so that the authority can
verify. It is read from the cases as they stand and holds nothing of its own, so it cannot drift from them."""
