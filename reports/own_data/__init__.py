"""Words of the upload wizard."""
