"""CKAN plugin `lppd_validation`: serves ckanext-validation's API with a sandboxed engine."""
