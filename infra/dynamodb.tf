# What users read, what is traded, and how far the matcher has published. Keys are those of
# src/adapters/aws/resources.ts. No table has an index: one that throttles throttles its table.

resource "aws_dynamodb_table" "orders" {
  name                        = local.table_names.orders
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "orderKey"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "orderKey" # account/orderId
    type = "S"
  }
  # Only ended orders carry it: a live order must never disappear.
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

# What an account has sent, newest first: one row for each request. It spares Orders an index, which
# would cost a write more for each change of an order.
resource "aws_dynamodb_table" "order_lists" {
  name                        = local.table_names.order_lists
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "accountShard"
  range_key                   = "listKey"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "accountShard" # account#0 to account#15: no account is held to one partition's 1,000 writes a second
    type = "S"
  }
  attribute {
    name = "listKey" # time#random
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

resource "aws_dynamodb_table" "trades" {
  name                        = local.table_names.trades
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "symbolShard"
  range_key                   = "tradeNumber"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "symbolShard" # SYMBOL#0 to SYMBOL#15
    type = "S"
  }
  attribute {
    name = "tradeNumber"
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

resource "aws_dynamodb_table" "positions" {
  name                        = local.table_names.positions
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "symbol"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "symbol"
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

# What is traded, written by the matcher and read by every ingest and query function. Few rows, few writes.
resource "aws_dynamodb_table" "instruments" {
  name                        = local.table_names.instruments
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "listName"
  range_key                   = "symbol"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "listName" # instruments, changes or seed
    type = "S"
  }
  attribute {
    name = "symbol"
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

# What a new exchange begins with. The first heartbeat sends it to the order stream; afterwards nobody reads it,
# and instruments are defined, changed and closed through the API.
resource "aws_dynamodb_table_item" "instrument_seed" {
  table_name = aws_dynamodb_table.instruments.name
  hash_key   = aws_dynamodb_table.instruments.hash_key
  range_key  = aws_dynamodb_table.instruments.range_key

  item = jsonencode({
    listName    = { S = "seed" }
    symbol      = { S = "wanted" }
    instruments = { S = jsonencode(var.instruments) }
  })
}
