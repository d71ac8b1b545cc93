# The order books in memory: one node, TLS, a token, no eviction. If the cache loses its data, the matcher
# rebuilds a book from its snapshot and the stream.

resource "aws_elasticache_subnet_group" "redis" {
  name        = "exchange"
  description = "Private subnets"
  subnet_ids  = aws_subnet.private[*].id
}

resource "aws_elasticache_parameter_group" "redis" {
  name        = "exchange-${var.redis_engine}"
  description = "No eviction: a book that does not fit causes an error"
  family      = var.redis_engine == "valkey" ? "valkey8" : "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }

  lifecycle {
    create_before_destroy = true # the group of another engine is created while the old one is in use
  }
}

resource "aws_elasticache_replication_group" "redis" {
  replication_group_id = local.redis_id
  description          = "Order books"
  engine               = var.redis_engine
  engine_version       = var.redis_engine == "valkey" ? "8.0" : "7.1"
  node_type            = var.redis_node_type
  parameter_group_name = aws_elasticache_parameter_group.redis.name
  port                 = local.redis_port

  num_cache_clusters         = var.redis_replica ? 2 : 1
  automatic_failover_enabled = var.redis_replica
  multi_az_enabled           = var.redis_replica && var.zone_count > 1

  subnet_group_name  = aws_elasticache_subnet_group.redis.name
  security_group_ids = [aws_security_group.redis.id]

  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.exchange.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = terraform_data.first_token.triggers_replace
  auth_token_update_strategy = "ROTATE"

  apply_immediately          = true
  auto_minor_version_upgrade = true
  maintenance_window         = "sun:03:00-sun:04:00"

  lifecycle {
    ignore_changes = [auth_token] # see secretsmanager.tf
  }
}
