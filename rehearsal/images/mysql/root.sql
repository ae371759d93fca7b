DELETE FROM global_priv WHERE User = 'root' AND Host <> 'localhost';
