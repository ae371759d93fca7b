"""RDS: every MySQL instance is a MariaDB server of its own."""
