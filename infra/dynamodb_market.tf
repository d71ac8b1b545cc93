# Live market data. Candles and fills can be made again from the table Trades; connections live two hours at most.

# Who is connected, and who follows what. With auth_mode api_key also the digest of each key (api_keys.tf).
resource "aws_dynamodb_table" "connections" {
  count = local.market_count

  name                        = local.table_names.connections
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "topic"
  range_key                   = "connectionId"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "topic" # connection#ID, symbol#SYMBOL, account#ACCOUNT, key#DIGEST
    type = "S"
  }
  attribute {
    name = "connectionId"
    type = "S"
  }

  ttl {
    attribute_name = "expiresAtSeconds"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.exchange.arn
  }
}

# The rows of complete and long candles. Readers complete the newest ones from Trades.
resource "aws_dynamodb_table" "candles" {
  count = local.market_count

  name                        = local.table_names.candles
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "symbolInterval"
  range_key                   = "startMs"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "symbolInterval" # SYMBOL#1m
    type = "S"
  }
  attribute {
    name = "startMs"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.exchange.arn
  }
}

# The numbers of the trades of an account in a second.
resource "aws_dynamodb_table" "fills" {
  count = local.market_count

  name                        = local.table_names.fills
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "account"
  range_key                   = "secondSymbol"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "account"
    type = "S"
  }
  attribute {
    name = "secondSymbol" # SECOND#SYMBOL
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.exchange.arn
  }
}
