# Tables of orders, trades and instruments, and of the high-water mark of each symbol. Keys are those of
# src/adapters/aws/resources.ts. No table has an index, because a throttled index throttles its table.

resource "aws_dynamodb_table" "orders" {
  name                        = local.table_names.orders
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "orderKey"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "orderKey" # account/orderId
    type = "S"
  }
  # Only closed orders have it: an open order must never expire.
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

# The requests of an account, newest first: one row for each request. This table replaces an index of
# Orders, which would cost one more write for each change of an order.
resource "aws_dynamodb_table" "order_lists" {
  name                        = local.table_names.order_lists
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "accountShard"
  range_key                   = "listKey"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "accountShard" # account#0 to account#15: so that one partition's 1,000 writes a second do not limit an account
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

# Instruments. The matcher writes them, and every ingest and query function reads them. Few rows, few writes.
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

# The instruments of a new exchange. The first heartbeat sends them to the order stream. Afterwards this row
# is not read. Operators define, change and close instruments through the API.
resource "aws_dynamodb_table_item" "instrument_seed" {
  table_name = aws_dynamodb_table.instruments.name
  hash_key   = aws_dynamodb_table.instruments.hash_key
  range_key  = aws_dynamodb_table.instruments.range_key

  item = jsonencode({
    listName    = { S = "seed" }
    symbol      = { S = "wanted" }
    instruments = { S = jsonencode(var.instruments) }
  })

  lifecycle {
    precondition {
      condition     = length(local.instrument_faults) == 0
      error_message = "Wrong rows in the variable instruments:\n${join("\n", local.instrument_faults)}"
    }
  }
}
