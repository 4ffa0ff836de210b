"""Small tools that know no hospital."""
