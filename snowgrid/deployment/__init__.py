"""What a deployment is made of: certificates, passwords, access lists, buckets and tokens."""
